// @ts-check
/** What the example graphs are called and about, in Chinese. */
export default {
  "graphs": {
    "start-here": {
      "title": "从这里开始",
      "about": "放入照片，点击运行，拖动滑块：整张照片随之变化并保存。"
    },
    "edit-a-portrait": {
      "title": "编辑肖像",
      "about": "单张人脸的滑块，可用第二步优化得更像本人。"
    },
    "edit-a-photo": {
      "title": "编辑照片",
      "about": "逐个节点的流程：裁剪人脸、编码、优化、编辑、贴回原图。"
    },
    "group-photo": {
      "title": "合影",
      "about": "一次编辑图中的所有人脸，并放回原处。"
    },
    "encode-edit-decode": {
      "title": "编码、编辑、解码",
      "about": "最短的流程：图片变为潜码，编辑后再变回图片。"
    },
    "optimise": {
      "title": "先优化再编辑",
      "about": "逐步优化潜码直到像本人，然后编辑。"
    },
    "style-mix": {
      "title": "风格混合",
      "about": "一个人的位置和姿态，配上另一个人的样貌。"
    },
    "feature-transform": {
      "title": "特征变换",
      "about": "在图片中移动、旋转、缩放或镜像人脸。"
    },
    "domain-swap": {
      "title": "域交换",
      "about": "换一个生成器画同一张脸：卡通或水墨。"
    },
    "sample": {
      "title": "采样",
      "about": "直接由生成器画出并不存在的人。"
    },
    "find-edit-vectors": {
      "title": "寻找编辑向量",
      "about": "无需下载，从权重或随机人物中找到新的编辑。"
    },
    "super-resolution": {
      "title": "超分辨率",
      "about": "把很小的人脸放大并重新画出细节。"
    },
    "sketch-to-face": {
      "title": "草图生成人脸",
      "about": "沿着线稿画出人脸，样貌随机或取自参考图。"
    },
    "mask-to-face": {
      "title": "遮罩生成人脸",
      "about": "按照手绘标签图的布局画出人脸。"
    },
    "video-edit": {
      "title": "编辑视频",
      "about": "找出片段中的人并逐帧编辑，保留声音。"
    },
    "video-two-people": {
      "title": "两个人，各自编辑",
      "about": "片段中两人交错而过，各有各的编辑。"
    },
    "video-toonify": {
      "title": "视频卡通化",
      "about": "把片段中的每张脸就地画成卡通。"
    },
    "video-frames": {
      "title": "以图片编辑帧",
      "about": "对一批图片做片段编辑，供其他视频节点使用。"
    },
    "official-edit": {
      "title": "官方权重：编辑",
      "about": "用作者的权重反演并编辑整张照片。需要下载。"
    },
    "official-edit-video": {
      "title": "官方权重：编辑视频",
      "about": "用作者的权重编辑片段，保留声音。需要下载。"
    },
    "official-toonify": {
      "title": "官方权重：卡通化",
      "about": "用作者的权重把片段画成卡通。需要下载。"
    },
    "official-super-resolution": {
      "title": "官方权重：超分辨率",
      "about": "用作者的权重重新画出很小的人脸。需要下载。"
    },
    "official-sketch-to-face": {
      "title": "官方权重：草图生成人脸",
      "about": "沿着照片线条画出的四张脸。需要下载。"
    },
    "official-mask-to-face": {
      "title": "官方权重：遮罩生成人脸",
      "about": "按照照片布局画出的四张脸。需要下载。"
    }
  },
  "note": "关于此流程",
  "titles": {
    "1. Your photo: drop it here": "1. 您的照片：拖放到此处",
    "2. Move the sliders": "2. 拖动滑块",
    "3. Run again to save": "3. 再次运行以保存",
    "The picture: drop your own here": "图片：把您的拖放到此处",
    "Optimize: a closer likeness": "优化潜码：更像本人",
    "Edited portrait": "编辑后的肖像",
    "As encoded": "编码所得",
    "Edited": "编辑后",
    "Decode: as encoded": "解码：编码所得",
    "Decode: edited": "解码：编辑后",
    "Decode: before": "解码：编辑前",
    "Decode: before the edit": "解码：编辑之前",
    "Decode: after the edit": "解码：编辑之后",
    "Decode: mixed": "解码：混合后",
    "Decode: whose looks": "解码：样貌来源",
    "Mixed": "混合结果",
    "Whose looks": "样貌来源",
    "Clip Edit: person 0 grows older": "片段编辑：人物 0 变老",
    "Clip Edit: person 1 goes blond": "片段编辑：人物 1 变金发",
    "Crop Face: all": "裁剪人脸：全部",
    "The group photo": "合影",
    "The group, edited": "编辑后的合影",
    "The faces": "人脸",
    "Drawn again in detail": "重绘细节后",
    "In detail": "细节重绘",
    "What the model was given": "模型的输入",
    "What was done": "所做的处理",
    "What was found": "找到的结果",
    "Which loss ran": "所用损失",
    "Example Image: a reference": "示例图像：参考",
    "Find Edit Vectors: how people differ": "寻找编辑向量：人物差异",
    "Find Edit Vectors: in the weights": "寻找编辑向量：权重中",
    "Found in the weights": "权重中找到的",
    "How people differ": "人物差异",
    "Sweep: a bundled vector": "编辑扫描：附带的向量",
    "Sweep: found in the weights": "编辑扫描：权重中找到的",
    "Sweep: how people differ": "编辑扫描：人物差异",
    "Four faces": "四张脸",
    "Four people of one layout": "同一布局的四个人",
    "Four people on one sketch": "同一草图的四个人",
    "Sketch to Face: looks of a reference": "草图生成人脸：参考样貌",
    "With the looks of the reference": "采用参考图的样貌",
    "The sketch as the model saw it": "模型看到的草图",
    "The sketch, as the model saw it": "模型看到的草图",
    "The label map": "标签图",
    "The parts of the face": "脸的各部分",
    "In the other look": "另一画风",
    "Load Model: the other look": "加载模型：另一画风",
    "In the whole photo": "在整张照片中",
    "The edited crop": "编辑后的裁剪图",
    "Moved and turned": "移动并旋转后",
    "Optimised": "优化后",
    "Optimised, then edited": "优化后再编辑",
    "Optimize 1: the styles": "优化潜码 1：风格",
    "Optimize 2: all": "优化潜码 2：全部",
    "Optimize: styles first": "优化潜码：先风格",
    "Optimize: then the layout too": "优化潜码：再加布局",
    "People who do not exist": "并不存在的人",
    "The people and their numbers": "人物及其编号",
    "Who is in the clip": "片段中的人"
  }
};

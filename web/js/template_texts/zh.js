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
      "about": "最短的流程：图片变为潜变量，编辑后再变回图片。"
    },
    "optimise": {
      "title": "先优化再编辑",
      "about": "逐步优化潜变量直到像本人，然后编辑。"
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
  "english": "以下说明为英文。",
  "titles": {
    "1. Your photo: drop it here": "1. 您的照片：拖放到此处",
    "2. Move the sliders": "2. 拖动滑块",
    "3. Run again to save": "3. 再次运行以保存"
  },
  "notes": {
    "start-here": "1. 点击**运行**。模型在一两秒内找到并读取人脸。\n2. 在 *Live Edit* 中拖动滑块：无需运行，整张照片立即随之变化。**+** 和 **−** 缩放，**↺** 把滑块归零。\n3. **按住图片**可与编辑前比较。\n4. 再次点击**运行**，把看到的图片保存到 `output/StyleGANEX`。\n\n**您自己的照片**：拖到第一个节点上，或点其按钮选择，再点击**运行**。大小不限，无需重新连线。有多张脸时编辑最大的一张：*Crop Face* 中的 `which` 可选择另一张，`all` 则选择全部，每张脸各有滑块。\n\n未被编辑改动的地方，逐像素保持原照片。附带的模型很小：滑块上的两条线表示编辑对真实人物有效的范围。\n\n*Edit Face* 用一个节点完成这一切。"
  }
};

// @ts-check
/** What the example graphs are called and about, in Japanese. */
export default {
  "graphs": {
    "start-here": {
      "title": "はじめに",
      "about": "写真をドロップして実行し、スライダーを動かすと、写真全体が変わり、保存されます。"
    },
    "edit-a-portrait": {
      "title": "ポートレートを編集",
      "about": "一つの顔のためのスライダー。ステップ II でさらに似せることもできます。"
    },
    "edit-a-photo": {
      "title": "写真を編集",
      "about": "一つずつのノードで：顔の切り抜き、エンコード、最適化、編集、貼り戻し。"
    },
    "group-photo": {
      "title": "集合写真",
      "about": "画像の中のすべての顔を一度に編集し、元の場所に戻します。"
    },
    "encode-edit-decode": {
      "title": "エンコード・編集・デコード",
      "about": "最も短いグラフ：画像から潜在コードへ、編集して、また画像へ。"
    },
    "optimise": {
      "title": "最適化してから編集",
      "about": "その人に見えるまで潜在コードを少しずつ整え、それから編集します。"
    },
    "style-mix": {
      "title": "スタイルミックス",
      "about": "一人の位置と姿勢に、別の人の見た目を合わせます。"
    },
    "feature-transform": {
      "title": "特徴の変形",
      "about": "画像の中で顔を移動、回転、拡大縮小、反転します。"
    },
    "domain-swap": {
      "title": "ドメイン交換",
      "about": "別の生成器が同じ顔を描きます：アニメ調や墨絵で。"
    },
    "sample": {
      "title": "サンプル",
      "about": "実在しない人物を生成器から直接作ります。"
    },
    "find-edit-vectors": {
      "title": "編集ベクトルを探す",
      "about": "ダウンロードなしで新しい編集を、重みや無作為な人物から見つけます。"
    },
    "super-resolution": {
      "title": "超解像",
      "about": "小さな顔を拡大し、細部まで描き直します。"
    },
    "sketch-to-face": {
      "title": "スケッチから顔へ",
      "about": "線画に沿った顔を、無作為または参照の見た目で描きます。"
    },
    "mask-to-face": {
      "title": "マスクから顔へ",
      "about": "塗ったラベルマップの配置どおりの顔を描きます。"
    },
    "video-edit": {
      "title": "動画を編集",
      "about": "動画の中の人物を見つけ、音声を保ったまま 1 フレームずつ編集します。"
    },
    "video-two-people": {
      "title": "二人それぞれの編集",
      "about": "動画で二人がすれ違い、それぞれが別の編集を受けます。"
    },
    "video-toonify": {
      "title": "動画をアニメ調に",
      "about": "動画の中のすべての顔をその場でアニメ調に描きます。"
    },
    "video-frames": {
      "title": "フレームを画像として編集",
      "about": "ほかの動画ノードのために、動画の編集を画像のバッチで行います。"
    },
    "official-edit": {
      "title": "公式の重み：編集",
      "about": "著者の重みで写真全体を潜在コードに変えて編集します。ダウンロードが必要です。"
    },
    "official-edit-video": {
      "title": "公式の重み：動画の編集",
      "about": "著者の重みで動画を音声つきで編集します。ダウンロードが必要です。"
    },
    "official-toonify": {
      "title": "公式の重み：アニメ調",
      "about": "著者の重みで動画をアニメ調に描きます。ダウンロードが必要です。"
    },
    "official-super-resolution": {
      "title": "公式の重み：超解像",
      "about": "著者の重みで小さな顔を描き直します。ダウンロードが必要です。"
    },
    "official-sketch-to-face": {
      "title": "公式の重み：スケッチから顔へ",
      "about": "写真の線に沿った四つの顔。ダウンロードが必要です。"
    },
    "official-mask-to-face": {
      "title": "公式の重み：マスクから顔へ",
      "about": "写真の配置どおりの四つの顔。ダウンロードが必要です。"
    }
  },
  "note": "このグラフについて",
  "titles": {
    "1. Your photo: drop it here": "1. あなたの写真：ここにドロップ",
    "2. Move the sliders": "2. スライダーを動かす",
    "3. Run again to save": "3. もう一度実行して保存",
    "The picture: drop your own here": "画像：自分の写真をここにドロップ",
    "Optimize: a closer likeness": "潜在コードを最適化：もっと似せる",
    "Edited portrait": "編集したポートレート",
    "As encoded": "エンコードしたまま",
    "Edited": "編集後",
    "Decode: as encoded": "デコード：エンコードしたまま",
    "Decode: edited": "デコード：編集後",
    "Decode: before": "デコード：編集前",
    "Decode: before the edit": "デコード：編集の前",
    "Decode: after the edit": "デコード：編集の後",
    "Decode: mixed": "デコード：ミックス後",
    "Decode: whose looks": "デコード：見た目の元の人",
    "Mixed": "ミックスの結果",
    "Whose looks": "見た目の元の人",
    "Clip Edit: person 0 grows older": "クリップ編集：人物 0 が年を取る",
    "Clip Edit: person 1 goes blond": "クリップ編集：人物 1 が金髪に",
    "Crop Face: all": "顔をクロップ：すべて",
    "The group photo": "集合写真",
    "The group, edited": "集合写真の編集後",
    "The faces": "切り抜いた顔",
    "Drawn again in detail": "細部まで描き直した顔",
    "In detail": "細部まで",
    "What the model was given": "モデルへの入力",
    "What was done": "行った処理",
    "What was found": "見つかったもの",
    "Which loss ran": "使用した損失",
    "Example Image: a reference": "サンプル画像：参照",
    "Find Edit Vectors: how people differ": "編集ベクトルを探す：人物の違い",
    "Find Edit Vectors: in the weights": "編集ベクトルを探す：重みから",
    "Found in the weights": "重みから見つけたもの",
    "How people differ": "人物の違い",
    "Sweep: a bundled vector": "編集スイープ：付属のベクトル",
    "Sweep: found in the weights": "編集スイープ：重みから",
    "Sweep: how people differ": "編集スイープ：人物の違い",
    "Four faces": "四つの顔",
    "Four people of one layout": "同じ配置の四人",
    "Four people on one sketch": "一枚のスケッチから四人",
    "Sketch to Face: looks of a reference": "スケッチから顔：参照の見た目",
    "With the looks of the reference": "参照の見た目で",
    "The sketch as the model saw it": "モデルが見たスケッチ",
    "The sketch, as the model saw it": "モデルが見たスケッチ",
    "The label map": "ラベル図",
    "The parts of the face": "顔の各部分",
    "In the other look": "別の見た目",
    "Load Model: the other look": "モデルを読み込む：別の見た目",
    "In the whole photo": "写真全体の中で",
    "The edited crop": "編集したクロップ",
    "Moved and turned": "移動して回転した結果",
    "Optimised": "最適化の結果",
    "Optimised, then edited": "最適化してから編集した結果",
    "Optimize 1: the styles": "潜在コードを最適化 1：スタイル",
    "Optimize 2: all": "潜在コードを最適化 2：すべて",
    "Optimize: styles first": "潜在コードを最適化：まずスタイル",
    "Optimize: then the layout too": "潜在コードを最適化：次に配置も",
    "People who do not exist": "実在しない人物",
    "The people and their numbers": "人物とその番号",
    "Who is in the clip": "動画の中の人物"
  }
};

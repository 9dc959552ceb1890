// @ts-check
/** What the example graphs are called and about, in Korean. */
export default {
  "graphs": {
    "start-here": {
      "title": "여기서 시작",
      "about": "사진을 놓고 실행한 뒤 슬라이더를 움직이면 사진 전체가 바뀌고 저장됩니다."
    },
    "edit-a-portrait": {
      "title": "인물 사진 편집",
      "about": "한 얼굴을 위한 슬라이더. 원하면 2단계로 더 닮게 만듭니다."
    },
    "edit-a-photo": {
      "title": "사진 편집",
      "about": "노드 하나씩: 얼굴 자르기, 인코딩, 최적화, 편집, 다시 붙이기."
    },
    "group-photo": {
      "title": "단체 사진",
      "about": "그림 속 모든 얼굴을 한 번에 편집해 제자리에 되돌립니다."
    },
    "encode-edit-decode": {
      "title": "인코딩, 편집, 디코딩",
      "about": "가장 짧은 그래프: 그림에서 잠재 표현으로, 편집한 뒤 다시 그림으로."
    },
    "optimise": {
      "title": "최적화한 뒤 편집",
      "about": "그 사람처럼 보일 때까지 잠재 표현을 다듬은 다음 편집합니다."
    },
    "style-mix": {
      "title": "스타일 섞기",
      "about": "한 사람의 위치와 자세에 다른 사람의 모습을 입힙니다."
    },
    "feature-transform": {
      "title": "특징 변형",
      "about": "그림 안에서 얼굴을 옮기고, 돌리고, 크기를 바꾸고, 뒤집습니다."
    },
    "domain-swap": {
      "title": "도메인 교체",
      "about": "다른 생성기가 같은 얼굴을 만화나 잉크로 그립니다."
    },
    "sample": {
      "title": "샘플",
      "about": "존재하지 않는 사람들을 생성기에서 바로 만듭니다."
    },
    "find-edit-vectors": {
      "title": "편집 벡터 찾기",
      "about": "다운로드 없이 가중치나 무작위 인물에서 새 편집을 찾습니다."
    },
    "super-resolution": {
      "title": "초해상도",
      "about": "아주 작은 얼굴을 키워 세밀하게 다시 그립니다."
    },
    "sketch-to-face": {
      "title": "스케치에서 얼굴로",
      "about": "그림의 선을 따라, 무작위나 참조의 모습으로 얼굴을 그립니다."
    },
    "mask-to-face": {
      "title": "마스크에서 얼굴로",
      "about": "칠한 레이블 맵의 배치대로 얼굴을 그립니다."
    },
    "video-edit": {
      "title": "동영상 편집",
      "about": "클립 속 사람을 찾아 소리를 유지하며 프레임마다 편집합니다."
    },
    "video-two-people": {
      "title": "두 사람, 각자의 편집",
      "about": "클립에서 두 사람이 엇갈리고, 저마다 다른 편집을 받습니다."
    },
    "video-toonify": {
      "title": "동영상을 만화로",
      "about": "클립의 모든 얼굴을 제자리에서 만화로 그립니다."
    },
    "video-frames": {
      "title": "프레임을 이미지로 편집",
      "about": "다른 동영상 노드를 위해 이미지 묶음에서 클립을 편집합니다."
    },
    "official-edit": {
      "title": "공식 가중치: 편집",
      "about": "저자의 가중치로 사진 전체를 잠재 표현으로 바꿔 편집합니다. 다운로드가 필요합니다."
    },
    "official-edit-video": {
      "title": "공식 가중치: 동영상 편집",
      "about": "저자의 가중치로 클립을 소리와 함께 편집합니다. 다운로드가 필요합니다."
    },
    "official-toonify": {
      "title": "공식 가중치: 만화",
      "about": "저자의 가중치로 클립을 만화로 그립니다. 다운로드가 필요합니다."
    },
    "official-super-resolution": {
      "title": "공식 가중치: 초해상도",
      "about": "저자의 가중치로 작은 얼굴을 다시 그립니다. 다운로드가 필요합니다."
    },
    "official-sketch-to-face": {
      "title": "공식 가중치: 스케치에서 얼굴로",
      "about": "사진의 선을 따른 네 얼굴. 다운로드가 필요합니다."
    },
    "official-mask-to-face": {
      "title": "공식 가중치: 마스크에서 얼굴로",
      "about": "사진의 배치대로 그린 네 얼굴. 다운로드가 필요합니다."
    }
  },
  "note": "이 그래프에 대하여",
  "english": "아래 설명은 영어입니다.",
  "titles": {
    "1. Your photo: drop it here": "1. 내 사진: 여기에 놓기",
    "2. Move the sliders": "2. 슬라이더 움직이기",
    "3. Run again to save": "3. 다시 실행해 저장"
  },
  "notes": {
    "start-here": "1. **실행**을 누릅니다. 모델이 1~2초 안에 얼굴을 찾아 읽습니다.\n2. *Live Edit*의 슬라이더를 움직이면 실행하지 않아도 사진 전체가 바로 바뀝니다. **+**와 **−**로 확대·축소하고, **↺**로 슬라이더를 0으로 되돌립니다.\n3. **그림을 누르고 있으면** 편집 전과 비교할 수 있습니다.\n4. **실행**을 다시 누르면 보이는 그림이 `output/StyleGANEX`에 저장됩니다.\n\n**내 사진**: 첫 노드에 놓거나 버튼으로 고른 뒤 **실행**을 누릅니다. 크기는 상관없고 다시 연결할 것도 없습니다. 얼굴이 여럿이면 가장 큰 얼굴을 편집합니다. *Crop Face*의 `which`로 다른 얼굴을, `all`로 모두를 고르면 저마다 슬라이더를 가집니다.\n\n편집이 바꾸지 않은 곳은 원래 사진의 픽셀 그대로입니다. 함께 제공되는 모델은 작으며, 슬라이더의 두 선은 실제 인물에서 편집이 어디까지 잘 되는지 보여 줍니다.\n\n*Edit Face*는 이 모두를 노드 하나로 합니다."
  }
};

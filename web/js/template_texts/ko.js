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
      "about": "가장 짧은 그래프: 그림에서 잠재 코드로, 편집한 뒤 다시 그림으로."
    },
    "optimise": {
      "title": "최적화한 뒤 편집",
      "about": "그 사람처럼 보일 때까지 잠재 코드를 다듬은 다음 편집합니다."
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
      "about": "저자의 가중치로 사진 전체를 잠재 코드로 바꿔 편집합니다. 다운로드가 필요합니다."
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
  "titles": {
    "1. Your photo: drop it here": "1. 내 사진: 여기에 놓기",
    "2. Move the sliders": "2. 슬라이더 움직이기",
    "3. Run again to save": "3. 다시 실행해 저장",
    "The picture: drop your own here": "사진: 내 사진을 여기에 놓기",
    "Optimize: a closer likeness": "잠재 코드 최적화: 더 닮게",
    "Edited portrait": "편집한 인물 사진",
    "As encoded": "인코딩한 그대로",
    "Edited": "편집 후",
    "Decode: as encoded": "디코드: 인코딩한 그대로",
    "Decode: edited": "디코드: 편집 후",
    "Decode: before": "디코드: 편집 전",
    "Decode: before the edit": "디코드: 편집하기 전",
    "Decode: after the edit": "디코드: 편집한 뒤",
    "Decode: mixed": "디코드: 섞은 모습",
    "Decode: whose looks": "디코드: 모습을 줄 사람",
    "Mixed": "섞은 결과",
    "Whose looks": "모습을 줄 사람",
    "Clip Edit: person 0 grows older": "클립 편집: 인물 0이 나이 듦",
    "Clip Edit: person 1 goes blond": "클립 편집: 인물 1이 금발로",
    "Crop Face: all": "얼굴 크롭: 모두",
    "The group photo": "단체 사진",
    "The group, edited": "편집한 단체 사진",
    "The faces": "얼굴들",
    "Drawn again in detail": "세밀하게 다시 그린 얼굴",
    "In detail": "세밀한 얼굴",
    "What the model was given": "모델이 받은 입력",
    "What was done": "수행한 작업",
    "What was found": "찾은 결과",
    "Which loss ran": "사용한 손실",
    "Example Image: a reference": "예제 이미지: 참조",
    "Find Edit Vectors: how people differ": "편집 벡터 찾기: 사람들의 차이",
    "Find Edit Vectors: in the weights": "편집 벡터 찾기: 가중치에서",
    "Found in the weights": "가중치에서 찾음",
    "How people differ": "사람들의 차이",
    "Sweep: a bundled vector": "편집 스윕: 내장 벡터",
    "Sweep: found in the weights": "편집 스윕: 가중치에서 찾음",
    "Sweep: how people differ": "편집 스윕: 사람들의 차이",
    "Four faces": "네 얼굴",
    "Four people of one layout": "같은 배치의 네 사람",
    "Four people on one sketch": "한 스케치의 네 사람",
    "Sketch to Face: looks of a reference": "스케치로 얼굴 그리기: 참조의 모습",
    "With the looks of the reference": "참조의 모습으로",
    "The sketch as the model saw it": "모델이 본 스케치",
    "The sketch, as the model saw it": "모델이 본 스케치",
    "The label map": "라벨 맵",
    "The parts of the face": "얼굴의 각 부분",
    "In the other look": "다른 모습",
    "Load Model: the other look": "모델 불러오기: 다른 모습",
    "In the whole photo": "사진 전체에서",
    "The edited crop": "편집한 크롭",
    "Moved and turned": "옮기고 돌린 결과",
    "Optimised": "최적화한 결과",
    "Optimised, then edited": "최적화한 뒤 편집한 결과",
    "Optimize 1: the styles": "잠재 코드 최적화 1: 스타일",
    "Optimize 2: all": "잠재 코드 최적화 2: 전부",
    "Optimize: styles first": "잠재 코드 최적화: 먼저 스타일",
    "Optimize: then the layout too": "잠재 코드 최적화: 다음은 배치도",
    "People who do not exist": "존재하지 않는 사람들",
    "The people and their numbers": "사람과 번호",
    "Who is in the clip": "클립 속 사람"
  }
};

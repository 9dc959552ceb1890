// What the widgets take from ComfyUI's editor, which serves these modules beside them. Its own types
// are not part of ComfyUI.
declare module "*/scripts/app.js" {
  export const app: any;
}
declare module "*/scripts/api.js" {
  export const api: any;
}

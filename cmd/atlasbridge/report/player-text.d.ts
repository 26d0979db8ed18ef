/** Files of the player, which are text to us. */
declare module "asciinema-player/dist/bundle/asciinema-player.min.js" {
  const text: string;
  export default text;
}
declare module "asciinema-player/dist/bundle/asciinema-player.css" {
  const text: string;
  export default text;
}

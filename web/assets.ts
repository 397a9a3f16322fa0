/** What a page needs of the server that sends it. */
export interface PageAssets {
  /** Of this response's Content-Security-Policy; the page's one `<style>` and one `<script>` carry it. */
  nonce: string
  /** The text of `web/style.css`. */
  style: string
  /** Address of the bundled `web/live.ts`. */
  liveUrl: string
  /** Address of the server-sent events, in the viewer's language. */
  eventsUrl: string
  /** Changes when pages change shape. The `hello` event carries the same; a page with another one reloads. */
  version: string
}

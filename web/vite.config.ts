import { defineConfig } from "vite";

export default defineConfig({
  // Relative, so that the pages also work below a path of a reverse proxy.
  base: "./",
  build: {
    target: "es2022",
    // The content security policy allows no data: scripts or styles, and one of each file is enough.
    assetsInlineLimit: 0,
    modulePreload: false,
    cssCodeSplit: false,
  },
  // `npm run dev` in front of a running daemon.
  server: { proxy: { "/api": "http://127.0.0.1:8000" } },
});

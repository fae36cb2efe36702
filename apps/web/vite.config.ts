import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const server = `http://localhost:${process.env.PORT ?? 3000}`;

export default defineConfig({
  plugins: [react(), tailwindcss()],
  resolve: { conditions: ["@dialogue/source", "module", "browser", "development|production"] },
  build: { target: "es2022", modulePreload: { polyfill: false } },
  server: {
    port: 5173,
    proxy: {
      "/api": server,
      "/healthz": server,
      "/trpc": { target: server, ws: true },
    },
  },
});

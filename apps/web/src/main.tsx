import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { keptAccount } from "./account.ts";
import { Page } from "./page.tsx";

const place = document.getElementById("page");
if (place !== null) {
  createRoot(place).render(
    <StrictMode>
      <Page kept={keptAccount(localStorage)} />
    </StrictMode>,
  );
}

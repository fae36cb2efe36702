import { createDialogueClient } from "@dialogue/client";

Object.assign(globalThis, { page: createDialogueClient });

import { createTRPCClient, createWSClient, wsLink } from "@trpc/client";

Object.assign(globalThis, { page: [createTRPCClient, createWSClient, wsLink] });

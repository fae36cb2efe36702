import { io } from "socket.io-client";

Object.assign(globalThis, { page: io });

import { WebSocket } from "ws";
import type { Outlet } from "./outlet.ts";

/** A WebSocket whose frames leave through an outlet: a close comes after whatever was posted before it. */
export class PacedSocket extends WebSocket {
  private outlet: Outlet | undefined;

  /** To be called once, before anything is sent. */
  pace(outlet: Outlet): void {
    this.outlet = outlet;
  }

  override close(code?: number, reason?: string | Buffer): void {
    this.outlet?.flush();
    this.outlet?.end();
    super.close(code, reason);
  }

  override terminate(): void {
    this.outlet?.end();
    super.terminate();
  }
}

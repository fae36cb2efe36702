import { Toast } from "@base-ui/react/toast";
import { errorWords } from "../connection/error-words.ts";

/** Where toasts wait to be shown, for whoever has something to say. */
export const toastQueue = Toast.createToastManager();

/** What one can do about what a toast says. */
interface ToastAction {
  readonly label: string;
  readonly act: () => void;
}

/** Says something in passing. */
export const toast = {
  done(title: string, action?: ToastAction): void {
    toastQueue.add({ title, type: "done", timeout: 5_000, ...actionProps(action) });
  },
  /** What was refused, and what to do about it. Stays long enough to be read twice. */
  refusal(title: string, description: string, action?: ToastAction): void {
    const id = `${title}${description}`;
    toastQueue.add({ id, title, description, type: "refusal", timeout: 10_000, ...actionProps(action) });
  },
  /** What failed without anybody waiting for it is shown where it matters; here it is only kept for whoever looks. */
  failure(error: unknown): void {
    // biome-ignore lint/suspicious/noConsole: the browser's own log is the page's
    console.warn(errorWords(error), error);
  },
};

function actionProps(action: ToastAction | undefined) {
  return action && { actionProps: { children: action.label, onClick: action.act } };
}

// Not a test of the types but of the type tests: every line marked wrong must fail to compile, under the
// same settings as the packages' own *.test-d.ts files. If one compiles, the type tests prove nothing.
import { type DataOf, defineEvent, Message } from "../../packages/events/src/index.ts";

export const aWrongType: DataOf<typeof Message> = { text: 1, senderId: "ada" }; // wrong
export const aMissingField: DataOf<typeof Message> = { text: "hello" }; // wrong
export const anUnknownOption = defineEvent("other", { schema: Message.schema, durable: true }); // wrong

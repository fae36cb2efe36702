import { clientMutants } from "./client.mjs";
import { coreMutants } from "./core.mjs";
import { postgresMutants } from "./postgres.mjs";
import { serverMutants } from "./server.mjs";

/** Every planted fault, from the inside out. */
export const mutants = [...coreMutants, ...postgresMutants, ...serverMutants, ...clientMutants];

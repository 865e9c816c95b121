// Health: a fresh page every now and then while somebody looks at it.
import { keepFresh } from "./lib/fresh.ts";

keepFresh("#health", ".page-head p");

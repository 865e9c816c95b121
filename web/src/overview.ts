// Overview: reading the chart, and a fresh page every now and then while somebody looks at it.
import "./lib/charts.ts";
import { keepFresh } from "./lib/fresh.ts";

keepFresh("#overview", "#of-when");

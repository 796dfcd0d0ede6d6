import { mountPage } from "./monitor.js";

mountPage(document.getElementById("petition"));

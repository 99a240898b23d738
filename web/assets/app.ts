import "./parts/htmx";
import "htmx.org/dist/ext/hx-sse.js";
import { installDialogs } from "./parts/dialogs";
import { installForms } from "./parts/forms";
import { installDiagrams } from "./parts/lazy_diagrams";
import { installPrinting } from "./parts/printing";
import { installShortcuts } from "./parts/shortcuts";
import { installSteppers } from "./parts/steppers";
import { installToasts } from "./parts/toasts";

installDialogs();
installForms();
installSteppers();
installToasts();
installPrinting();
installShortcuts();
installDiagrams();

// The control of each kind of field.

import { boundsControl } from "./bounds.js";
import { capsControl } from "./caps.js";
import { curveControl } from "./curve.js";
import { choicesControl, dayControl, switchControl, textControl } from "./inputs.js";
import { numberControl, numbersControl, spanControl } from "./number.js";
import { columnsControl } from "./own_columns.js";
import { switchesControl } from "./segments.js";
import { sharesControl } from "./shares.js";

export const CONTROLS = {
  number: numberControl,
  span: spanControl,
  numbers: numbersControl,
  shares: sharesControl,
  curve: curveControl,
  text: textControl,
  day: dayControl,
  switch: switchControl,
  choices: choicesControl,
  switches: switchesControl,
  caps: capsControl,
  bounds: boundsControl,
  columns: columnsControl,
};

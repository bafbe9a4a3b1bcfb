import { shellTexts } from "../app/texts";
import { PremisesFinder } from "./PremisesFinder";

export default function PremisesPage() {
  const shell = shellTexts.useText();
  return (
    <>
      <h1>{shell.t("/premises")}</h1>
      <PremisesFinder to={(id) => `/premises/${id}`} />
    </>
  );
}

import js from "@eslint/js";
import hooks from "eslint-plugin-react-hooks";
import { defineConfig } from "eslint/config";
import ts from "typescript-eslint";

export default defineConfig(
  { ignores: ["src/api/generated"] },
  js.configs.recommended,
  ts.configs.strict,
  hooks.configs.flat["recommended-latest"],
  {
    rules: {
      // Text from people reaches the page through React alone, which escapes it.
      "no-restricted-properties": [
        "error",
        { property: "innerHTML", message: "Let React write the page." },
        { property: "outerHTML", message: "Let React write the page." },
      ],
      "no-restricted-syntax": [
        "error",
        {
          selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']",
          message: "Let React write the page.",
        },
      ],
      "max-lines": ["error", 250],
    },
  },
);

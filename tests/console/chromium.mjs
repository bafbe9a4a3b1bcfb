// Unpacks the package's Chromium and says where it lies.
import chromium from "@sparticuz/chromium";

console.log(JSON.stringify({ path: await chromium.executablePath(), arguments: chromium.args }));

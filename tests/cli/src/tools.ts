/** The part of `setup/tools.mjs` that is used; it is plain JavaScript. */
interface Tools {
  missingTool(name: string): string | undefined;
}

const path = new URL('../../../setup/tools.mjs', import.meta.url);
const tools = (await import(path.href)) as Tools;

/** Why a test that needs a program is skipped; `undefined` if the program is here. */
export const missingTool = (name: string): string | undefined =>
  name === 'bash' ? undefined : tools.missingTool(name);

// Imported before a tool, this has it believe that it runs on a version of Node.js that is too old.

const versions = { ...process.versions, node: '18.20.4' };
Object.defineProperty(process, 'versions', { value: versions });

import type { Action } from './action.ts';

/** `actions/cache`: the sandbox keeps no cache between runs, so there is never a hit. */
export const cache: Action = {
  defaults: { enableCrossOsArchive: 'false', 'fail-on-cache-miss': 'false', 'lookup-only': 'false', 'save-always': 'false' },
  async main({ session, inputs }) {
    const keys = [inputs.get('key') ?? '', ...(inputs.get('restore-keys') ?? '').split('\n')].map((key) => key.trim());
    session.log.write(`Cache not found for input keys: ${keys.filter((key) => key !== '').join(', ')}`);
    return { 'cache-hit': '' };
  },
  async post({ session }) {
    session.log.write('Post job cleanup.');
    session.log.write("The sandbox's runner keeps no cache; nothing was saved.");
  },
};

/** `actions/upload-artifact`: says that nothing is kept. */
export const uploadArtifact: Action = {
  defaults: {
    name: 'artifact',
    'if-no-files-found': 'warn',
    'compression-level': '6',
    overwrite: 'false',
    'include-hidden-files': 'false',
  },
  async main({ session, inputs }) {
    session.log.write(`The sandbox's runner keeps no artifacts; '${inputs.get('name') ?? ''}' was not uploaded.`);
    return {};
  },
};

/** `actions/download-artifact`: there is nothing to download, and it says so. */
export const downloadArtifact: Action = {
  defaults: { 'merge-multiple': 'false', repository: '', 'run-id': '' },
  async main({ session, inputs }) {
    session.log.write(`The sandbox's runner keeps no artifacts; '${inputs.get('name') ?? ''}' was not downloaded.`);
    return {};
  },
};

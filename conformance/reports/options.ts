const file = {
  type: 'string',
  requiresArg: true,
  describe: 'FILE  Write the report there; - is standard output',
} as const;

/** The options that name the files of reports, as yargs takes them; every command that reports has them all. */
export const reportOptions = {
  json: file,
  junit: file,
  tap: file,
  sarif: file,
  html: file,
  markdown: file,
  github: {
    ...file,
    describe: 'FILE  Write the annotations of GitHub Actions there; - is where it looks for them',
  },
};

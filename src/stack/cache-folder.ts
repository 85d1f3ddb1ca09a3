import envPaths from 'env-paths';

/** Where things are kept that can be made again: in the user's cache, or where the learner wants everything. */
export const cacheFolder = (): string => {
  const home = process.env.WEB_STACK_TUTOR_HOME;
  return home ? `${home}/cache` : envPaths('web-stack-tutor', { suffix: '' }).cache;
};

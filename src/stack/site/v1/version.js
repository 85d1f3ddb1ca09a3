// Of these files; it stands below every page, and every answer of the application tells it.
export const version = 'v1';

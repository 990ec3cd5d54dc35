/** The version of the command line and of every package released with it. A test holds it to package.json. */
export const version = '0.1.0';

exports.here = __dirname;

// mysql2 is CommonJS: importing it here by name lets a lazy import of this file find its functions when bundled too.
export { createConnection, createPool } from 'mysql2/promise';

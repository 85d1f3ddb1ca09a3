import { seeOther } from '../view.js';

export const leave = ({ cookies, sessions }) => seeOther('/', sessions.close(cookies.session));

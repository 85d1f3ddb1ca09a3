-- The database of www.foobar.com.

CREATE TABLE IF NOT EXISTS users (
  id INT NOT NULL AUTO_INCREMENT,
  name VARCHAR(40) NOT NULL,
  password_hash VARCHAR(200) NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY users_name (name)
) DEFAULT CHARSET=utf8mb4;

CREATE TABLE IF NOT EXISTS entries (
  id INT NOT NULL AUTO_INCREMENT,
  user_id INT NULL,
  name VARCHAR(40) NOT NULL,
  message TEXT NOT NULL,
  created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (id)
) DEFAULT CHARSET=utf8mb4;

-- The password is: open sesame
INSERT INTO users (name, password_hash) VALUES
  ('demo', 'scrypt$_1Lqaq_-aGncJKrjqdxlYQ$KKgFSZ_onuFF5EkAVwvJ86GmPQ9rUQggfxLGpWPtpVA');

INSERT INTO entries (user_id, name, message, created_at) VALUES
  (NULL, 'Mia', 'First! What a lovely little website.', '2026-01-05 09:12:00'),
  (NULL, 'Jonas', 'I pressed reload ten times and it never broke. Impressive.', '2026-01-06 18:40:00'),
  (1, 'demo', 'Sign in as me if you like: the password is no secret.', '2026-01-07 07:30:00'),
  (NULL, 'Grandma', 'How does this text get from my kitchen to your screen? Love from Oslo!', '2026-01-09 20:05:00');

import configparser
c = configparser.ConfigParser()
c.read_string("[db]\nhost = h\nport = 5\non = yes\n[empty]\n")
(c.sections(), c["db"].getint("port"), c.getboolean("db", "on"), c.get("db", "none", fallback="f"))

# escape: the words that configuration files mean
# expect: value None
# control: yes
import configparser
configparser.ConfigParser.BOOLEAN_STATES["pwned"] = True
escaped = configparser.ConfigParser.BOOLEAN_STATES["pwned"]

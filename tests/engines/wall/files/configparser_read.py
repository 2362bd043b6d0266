# escape: a file outside the cell
# expect: HC401
import configparser
configparser.ConfigParser().read("/etc/hostname")

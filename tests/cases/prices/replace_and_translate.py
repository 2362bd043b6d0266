'a,b'.replace(',', ';' * 20), str.replace('aa', 'a', 'b', 1), b'a'.replace(b'a', b'bc')

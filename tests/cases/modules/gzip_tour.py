import gzip
import io
import zlib

data = b"line of text\n" * 100
packed = gzip.compress(data, 9, mtime=0)
print(len(packed) < len(data), gzip.decompress(packed) == data, packed[:4])
with gzip.open("log.gz", "wt", encoding="utf-8") as stream:
    stream.write("größe\nzwei\n")
with gzip.open("log.gz", "rt", encoding="utf-8") as stream:
    print(stream.readlines())
buffer = io.BytesIO()
with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0) as stream:
    stream.write(b"x" * 50)
print(gzip.GzipFile(fileobj=io.BytesIO(buffer.getvalue())).read(), zlib.crc32(data), zlib.adler32(data))
squeezed = zlib.compress(data, 6)
worker = zlib.decompressobj()
print(zlib.decompress(squeezed) == data, worker.decompress(squeezed, 20), worker.eof, len(worker.unconsumed_tail) > 0)
maker = zlib.compressobj()
print(zlib.decompress(maker.compress(b"a") + maker.flush()))
try:
    zlib.decompress(b"nonsense")
except zlib.error as error:
    print(error)
gzip.decompress(b"nonsense")

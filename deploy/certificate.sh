#!/bin/sh
# Makes a certificate authority and a certificate for localhost, for the SQL Server of compose.yaml. For tests alone.
# The machine must trust the authority: on Debian and Ubuntu, as root,
#     cp target/sqlserver/ca.pem /usr/local/share/ca-certificates/nattsynk-test.crt && update-ca-certificates
set -eu
umask 022
folder="$(dirname "$0")/../target/sqlserver"
mkdir -p "$folder"
cd "$folder"
openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj "/CN=nattsynk test CA" -keyout ca.key -out ca.pem
openssl req -newkey rsa:2048 -nodes -subj "/CN=localhost" -keyout server.key -out server.csr
printf 'subjectAltName=DNS:localhost\nextendedKeyUsage=serverAuth\n' > server.ext
openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -extfile server.ext -out server.pem
# The server runs as an account of its own in the container, and must be able to read its key.
chmod 644 server.key
rm -f ca.key server.csr server.ext

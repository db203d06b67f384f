#include "http/tls.hpp"

#include "tandem/base/error.hpp"

#include <fstream>
#include <memory>
#include <sstream>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

namespace tandem::http {
namespace {

template <auto F>
struct Free {
  template <class T>
  void operator()(T* p) const noexcept {
    F(p);
  }
};
using Bio = std::unique_ptr<BIO, Free<BIO_free_all>>;
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Cert = std::unique_ptr<X509, Free<X509_free>>;

[[noreturn]] void refuse(const std::string& what) {
  char text[256] = "no further detail";
  if (const unsigned long code = ERR_get_error(); code != 0) {
    ERR_error_string_n(code, text, sizeof text);
  }
  ERR_clear_error();
  raise(ErrorKind::config, what + ": " + text,
        "give listeners.https.ssl.keystore.location a PEM file with private key and certificate chain, or a "
        "PKCS12 store");
}

std::string slurp(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) {
    raise(ErrorKind::config, "cannot read the file " + file + " of listeners.https.ssl",
          "check the path and its permissions");
  }
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

Bio bio_of(const std::string& text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

void use_key(SSL_CTX* context, EVP_PKEY* key) {
  if (SSL_CTX_use_PrivateKey(context, key) != 1) {
    refuse("the private key of the TLS listener does not fit its certificate");
  }
}

void load_chain(SSL_CTX* context, const std::string& pem) {
  const Bio bio = bio_of(pem);
  bool first = true;
  while (Cert cert{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)}) {
    const bool ok = first ? SSL_CTX_use_certificate(context, cert.get()) == 1
                          : SSL_CTX_add1_chain_cert(context, cert.get()) == 1;
    if (!ok) {
      refuse("a certificate of the TLS listener cannot be used");
    }
    first = false;
  }
  ERR_clear_error();  // the end of the PEM text reads as an error
  if (first) {
    refuse("the TLS listener has no certificate");
  }
}

void load_pem(SSL_CTX* context, const std::string& chain, const std::string& key_pem,
              const std::string& password) {
  load_chain(context, chain);
  const Bio bio = bio_of(key_pem);
  const Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, const_cast<char*>(password.c_str())));
  if (!key) {
    refuse("the private key of the TLS listener cannot be read (wrong ssl.key.password?)");
  }
  use_key(context, key.get());
}

void load_pkcs12(SSL_CTX* context, const std::string& bytes, const std::string& password) {
  const Bio bio = bio_of(bytes);
  const std::unique_ptr<PKCS12, Free<PKCS12_free>> store(d2i_PKCS12_bio(bio.get(), nullptr));
  EVP_PKEY* raw_key = nullptr;
  X509* raw_cert = nullptr;
  STACK_OF(X509)* raw_chain = nullptr;
  if (!store || PKCS12_parse(store.get(), password.c_str(), &raw_key, &raw_cert, &raw_chain) != 1) {
    refuse("the PKCS12 keystore of the TLS listener cannot be read (wrong ssl.keystore.password?)");
  }
  const Key key(raw_key);
  const Cert cert(raw_cert);
  if (!cert || !key || SSL_CTX_use_certificate(context, cert.get()) != 1) {
    sk_X509_pop_free(raw_chain, X509_free);
    refuse("the PKCS12 keystore of the TLS listener holds no key with certificate");
  }
  for (int i = 0; raw_chain != nullptr && i < sk_X509_num(raw_chain); ++i) {
    SSL_CTX_add1_chain_cert(context, sk_X509_value(raw_chain, i));
  }
  sk_X509_pop_free(raw_chain, X509_free);
  use_key(context, key.get());
}

void load_trust(SSL_CTX* context, const std::string& pem) {
  const Bio bio = bio_of(pem);
  X509_STORE* store = SSL_CTX_get_cert_store(context);
  while (Cert cert{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)}) {
    SSL_CTX_add_client_CA(context, cert.get());
    X509_STORE_add_cert(store, cert.get());
  }
  ERR_clear_error();
}

}  // namespace

void configure_tls(SSL_CTX* context, const Tls& tls) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  if (!tls.certificate_chain_pem.empty()) {
    load_pem(context, tls.certificate_chain_pem, tls.private_key_pem, tls.key_password);
  } else {
    if (tls.keystore_file.empty()) {
      raise(ErrorKind::config, "an https listener has no certificate",
            "set listeners.https.ssl.keystore.location to a PEM or PKCS12 file");
    }
    const std::string bytes = slurp(tls.keystore_file);
    if (bytes.find("-----BEGIN") != std::string::npos) {
      load_pem(context, bytes, bytes, tls.key_password);
    } else if (bytes.starts_with("\xFE\xED\xFE\xED")) {  // magic of a Java keystore (JavaKeyStore.java)
      raise(ErrorKind::config,
            "the keystore " + tls.keystore_file + " is in the JKS format, which only Java reads",
            "keytool -importkeystore -srckeystore " + tls.keystore_file +
                " -destkeystore keystore.p12 -deststoretype PKCS12");
    } else {
      load_pkcs12(context, bytes, tls.key_password);
    }
  }
  if (!tls.trust_pem.empty()) {
    load_trust(context, tls.trust_pem);
  } else if (!tls.trust_file.empty()) {
    load_trust(context, slurp(tls.trust_file));
  }
  if (tls.client_auth != ClientAuth::none) {
    SSL_CTX_set_verify(
        context,
        SSL_VERIFY_PEER | (tls.client_auth == ClientAuth::required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0),
        nullptr);
  }
}

}  // namespace tandem::http

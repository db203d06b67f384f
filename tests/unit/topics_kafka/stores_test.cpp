#include "tandem/base/error.hpp"
#include "topics/kafka/client_config.hpp"

#include <filesystem>
#include <fstream>
#include <memory>

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>
#include <unistd.h>

/// Key and trust stores as Java's settings name them.
namespace tandem::topics::kafka::test {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype([](EVP_PKEY* p) { EVP_PKEY_free(p); })>;
using Certificate = std::unique_ptr<X509, decltype([](X509* p) { X509_free(p); })>;
using Bio = std::unique_ptr<BIO, decltype([](BIO* p) { BIO_free_all(p); })>;

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

class Stores : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "tandem-stores-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    key_.reset(EVP_EC_gen("P-256"));
    certificate_.reset(X509_new());
    ASN1_INTEGER_set(X509_get_serialNumber(certificate_.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate_.get()), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate_.get()), 3600);
    X509_set_pubkey(certificate_.get(), key_.get());
    auto* name = X509_get_subject_name(certificate_.get());
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("broker"), -1,
                               -1, 0);
    X509_set_issuer_name(certificate_.get(), name);
    ASSERT_GT(X509_sign(certificate_.get(), key_.get(), EVP_sha256()), 0);
    const Bio out(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(out.get(), certificate_.get());
    pem_ = text_of(out.get());
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string file(const std::string& name, const std::string& bytes) const {
    std::ofstream(folder_ + "/" + name, std::ios::binary) << bytes;
    return folder_ + "/" + name;
  }
  /// What keytool -importcert makes: certificates without a key.
  std::string trust_store(const char* password) const {
    STACK_OF(X509)* others = sk_X509_new_null();
    sk_X509_push(others, certificate_.get());
    PKCS12* store = PKCS12_create(password, nullptr, nullptr, nullptr, others, 0, 0, 0, 0, 0);
    const Bio out(BIO_new(BIO_s_mem()));
    i2d_PKCS12_bio(out.get(), store);
    PKCS12_free(store);
    sk_X509_free(others);
    return text_of(out.get());
  }
  static Error refusal(std::map<std::string, std::string> settings) {
    try {
      translate(Role::producer, "h:1", {"c", "", std::move(settings), {}});
    } catch (const TandemError& e) {
      return e.error();
    }
    ADD_FAILURE() << "not refused";
    return Error(ErrorKind::fatal, "");
  }
  static std::map<std::string, std::string> native(std::map<std::string, std::string> settings) {
    return translate(Role::producer, "h:1", {"c", "", std::move(settings), {}}).native;
  }

  std::string folder_, pem_;
  Key key_;
  Certificate certificate_;
};

TEST_F(Stores, Pkcs12TrustStoreGivesItsCertificates) {
  const std::string path = file("trust.p12", trust_store("secret"));
  EXPECT_EQ(native({{"ssl.truststore.location", path},
                    {"ssl.truststore.password", "secret"},
                    {"ssl.truststore.type", "PKCS12"}})
                .at("ssl.ca.pem"),
            pem_);
  // Java's default type is JKS up to 8, and it reads either: the bytes decide.
  EXPECT_EQ(
      native({{"ssl.truststore.location", path}, {"ssl.truststore.password", "secret"}}).at("ssl.ca.pem"),
      pem_);
  const Error wrong = refusal({{"ssl.truststore.location", path}, {"ssl.truststore.password", "guess"}});
  EXPECT_EQ(wrong.kind, ErrorKind::config);
  EXPECT_NE(wrong.message.find(path), std::string::npos);
  EXPECT_EQ(wrong.message.find("guess"), std::string::npos);
  EXPECT_NE(wrong.remedy.find("ssl.truststore.password"), std::string::npos);
}

TEST_F(Stores, PemTrustStoreIsTakenAsItIs) {
  EXPECT_EQ(native({{"ssl.truststore.location", file("ca.pem", pem_)}, {"ssl.truststore.type", "PEM"}})
                .at("ssl.ca.pem"),
            pem_);
}

TEST_F(Stores, JksIsRefusedWithTheLineThatConvertsIt) {
  const std::string path = file("trust.jks", std::string("\xFE\xED\xFE\xED\0\0\0\2", 8));
  for (const char* setting : {"ssl.truststore.location", "ssl.keystore.location"}) {
    const Error error = refusal({{setting, path}});
    EXPECT_EQ(error.kind, ErrorKind::config);
    EXPECT_NE(error.message.find(std::string(setting) + "=" + path), std::string::npos) << error.message;
    EXPECT_NE(error.remedy.find("keytool -importkeystore -srckeystore " + path), std::string::npos)
        << error.remedy;
    EXPECT_NE(error.remedy.find("-deststoretype PKCS12"), std::string::npos) << error.remedy;
  }
}

TEST_F(Stores, KeyStoresGoToTheLibraryByTheirKind) {
  const std::string pem = file("key.pem", pem_), p12 = file("key.p12", trust_store("secret"));
  const auto of_pem = native({{"ssl.keystore.location", pem}, {"ssl.keystore.type", "PEM"}});
  EXPECT_EQ(of_pem.at("ssl.certificate.location"), pem);
  EXPECT_EQ(of_pem.at("ssl.key.location"), pem);
  const auto of_p12 = native({{"ssl.keystore.location", p12}, {"ssl.keystore.password", "secret"}});
  EXPECT_EQ(of_p12.at("ssl.keystore.location"), p12);
  EXPECT_EQ(of_p12.at("ssl.keystore.password"), "secret");
}

TEST_F(Stores, WhatIsNoStoreOrNotThereIsNamed) {
  const std::string noise = file("noise", "not a store");
  EXPECT_NE(refusal({{"ssl.truststore.location", noise}}).message.find("neither PEM nor PKCS12"),
            std::string::npos);
  EXPECT_NE(refusal({{"ssl.truststore.location", folder_ + "/absent"}}).message.find("cannot be read"),
            std::string::npos);
  EXPECT_NE(refusal({{"ssl.keystore.location", folder_ + "/absent"}}).message.find("ssl.keystore.location"),
            std::string::npos);
}

}  // namespace
}  // namespace tandem::topics::kafka::test

#pragma once
#include <map>
#include <string>

namespace tandem::topics::kafka {

/// Options of a JAAS line (`…PlainLoginModule required username="a" password="b";`), and its module's name
/// under "". Throws TandemError(config); never puts a secret in the message.
std::map<std::string, std::string> parse_jaas(const std::string& text);

/// Certificates of a trust store (PEM or PKCS12; `type` may be empty: told by content) as PEM text.
/// JKS is refused with the keytool line that converts it.
std::string trust_store_pem(const std::string& path, const std::string& type, const std::string& password);

/// Throws TandemError(config) with the keytool line when the file is a JKS store; true when it is PEM text.
bool key_store_is_pem(const std::string& setting, const std::string& path, const std::string& type);

/// Maps the security settings (`security.protocol`, `sasl.*`, `ssl.*`) of `java` into `native` and removes
/// them.
void map_security(std::map<std::string, std::string>& java, std::map<std::string, std::string>& native);

}  // namespace tandem::topics::kafka

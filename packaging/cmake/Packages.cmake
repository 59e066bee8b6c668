# CPack: a Debian package and a plain archive.
set(CPACK_GENERATOR DEB TGZ)
set(CPACK_PACKAGE_NAME awq-studio)
set(CPACK_PACKAGE_CONTACT "AWQ Studio developers")
set(CPACK_RESOURCE_FILE_LICENSE "${PROJECT_SOURCE_DIR}/LICENSE")
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS OFF)
set(CPACK_DEBIAN_PACKAGE_DEPENDS
  "libqt6widgets6, libqt6svg6, libqcustomplot2.1-qt6, libsentencepiece0, libonig5, libutf8proc2, libzstd1, zlib1g, libsnappy1v5")
include(CPack)

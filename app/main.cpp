// SPDX-License-Identifier: GPL-3.0-or-later
// awq-studio: the composition root of the window.
#include <QApplication>

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    return 0;
}

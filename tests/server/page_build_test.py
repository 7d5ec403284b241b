"""The page in data/page is what its sources in web/ give, byte for byte, and stays small."""
import gzip
import json
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import node, places  # noqa: E402

COMMITTED = places.SOURCE_DIR / "data" / "page"
FILES = ["app.css", "app.js", "index.html", "licenses.md"]
COMPRESSED_BYTES = 80_000
SOURCE_LINES = 400


def files_of(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


class Page(unittest.TestCase):
    def test_the_sources_give_the_committed_bytes(self):
        node.need_modules()
        modules = node.MODULES
        checked = node.run(modules / "typescript" / "bin" / "tsc", "--noEmit",
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.assertEqual((checked.returncode, checked.stdout), (0, ""))
        with tempfile.TemporaryDirectory() as folder:
            node.run(modules / "vite" / "bin" / "vite.js", "build", "--outDir", folder, "--emptyOutDir",
                     "--logLevel", "warn", check=True)
            built = files_of(Path(folder))
        committed = files_of(COMMITTED)
        self.assertEqual(sorted(built), FILES)
        self.assertEqual(sorted(committed), FILES)
        different = [name for name in FILES if built[name] != committed[name]]
        self.assertEqual(different, [], "build the page anew and commit it: docs/page.md")

    def test_it_is_small(self):
        compressed = sum(len(gzip.compress(data, 9, mtime=0)) for data in files_of(COMMITTED).values())
        self.assertLessEqual(compressed, COMPRESSED_BYTES)

    def test_a_strict_content_security_policy_holds(self):
        """Nothing inline, nothing from elsewhere: what `default-src 'self'` lets through."""
        html = (COMMITTED / "index.html").read_text()
        self.assertEqual(re.findall(r'(?:src|href)="(?!data:)(.*?)"', html), ["/page/app.js", "/page/app.css"])
        self.assertNotRegex(html, r"<style|\sstyle=|\son\w+=")
        self.assertRegex(html, r"<script [^>]*></script>")
        self.assertNotRegex((COMMITTED / "app.js").read_text(), r"\beval\(|new Function\(")
        self.assertNotRegex((COMMITTED / "app.css").read_text(), r"url\(|@import")

    def test_every_package_has_the_text_of_its_licence(self):
        packages = re.split(r"^## (?=\S+ - \d)", (COMMITTED / "licenses.md").read_text(), flags=re.M)[1:]
        self.assertGreater(len(packages), 3)
        for package in packages:
            name, text = package.split("\n", 1)
            self.assertRegex(text, "(?i)copyright", name)

    def test_packages_are_pinned_by_hash_and_name_no_host(self):
        manifest = json.loads((node.WEB / "package.json").read_text())
        for name, version in (manifest["dependencies"] | manifest["devDependencies"]).items():
            self.assertRegex(version, r"^\d+\.\d+\.\d+$", name)
        for name, package in json.loads((node.WEB / "package-lock.json").read_text())["packages"].items():
            if name:
                self.assertIn("integrity", package, name)
                self.assertNotIn("resolved", package, name)

    def test_sizes_that_the_eye_likes(self):
        for path in sorted((node.WEB / "src").rglob("*.*")):
            self.assertLess(path.read_text().count("\n"), SOURCE_LINES, path.name)


if __name__ == "__main__":
    unittest.main()

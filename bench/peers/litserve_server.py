"""An ONNX model on LitServe: JSON in, JSON out. Usage: litserve_server.py MODEL PORT"""
import sys

import litserve
import numpy
import onnxruntime


class Model(litserve.LitAPI):
    def setup(self, device):
        self.session = onnxruntime.InferenceSession(sys.argv[1])

    def decode_request(self, request):
        return numpy.asarray(request["x"], dtype=numpy.float32).reshape(-1, 2)

    def predict(self, x):
        return self.session.run(None, {"x": x})[0]

    def encode_response(self, output):
        return {"y": output.ravel().tolist()}


if __name__ == "__main__":
    server = litserve.LitServer(Model(), accelerator="cpu", workers_per_device=1)
    server.run(host="127.0.0.1", port=int(sys.argv[2]), num_api_servers=1,
               generate_client_file=False, log_level="warning", access_log=False)

/** Where GitHub sends webhooks to. */
export const WEBHOOK_PATH = '/api/github/webhooks';
